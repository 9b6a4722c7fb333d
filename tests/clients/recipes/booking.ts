// What is in Apollo's cache right after a booking: give these to `update` of the mutation.
//
//   client.mutate({ mutation: HoldSlotDocument, variables: { slot, idempotencyKey: crypto.randomUUID() }, update: held });
//   client.mutate({ mutation: ConfirmBookingDocument, variables: { booking } });
//   client.mutate({ mutation: CancelBookingDocument, variables: { booking }, update: givenBack });
import { type ApolloCache, gql } from "@apollo/client";

interface Changed {
  readonly venue?: { readonly __typename?: string; readonly id: string } | null;
}

const ME = gql`
  query WhoAmI {
    me {
      id
    }
  }
`;

/** A venue's free times are others now. All lists of them are forgotten; those on the screen are fetched again, once. */
function timesOf(cache: ApolloCache, booking: Changed | null | undefined): void {
  const id = booking?.venue ? cache.identify({ __typename: "Venue", id: booking.venue.id }) : undefined;
  if (id) for (const fieldName of ["slots", "day"]) cache.evict({ id, fieldName });
}

/** After `holdSlot`: the booking is new, so no list of bookings has it yet. */
export function held(cache: ApolloCache, { data }: { readonly data?: unknown }): void {
  const booking = (data as { holdSlot?: Changed | null } | null | undefined)?.holdSlot;
  if (!booking) return; // it was refused
  timesOf(cache, booking);
  const me = cache.readQuery<{ me: { id: string } | null }>({ query: ME })?.me;
  const id = me ? cache.identify({ __typename: "Me", id: me.id }) : undefined;
  if (id) cache.evict({ id, fieldName: "bookings" });
}

/** After `cancelBooking`: the booking keeps its id, so all lists show its new state already. */
export function givenBack(cache: ApolloCache, { data }: { readonly data?: unknown }): void {
  timesOf(cache, (data as { cancelBooking?: Changed | null } | null | undefined)?.cancelBooking);
}
