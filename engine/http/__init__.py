"""HTTP and WebSocket: who asks, what a request says, and how an answer is sent."""
