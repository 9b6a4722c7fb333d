// The hub's scalars as TypeScript has them: where a format can be said in a type, it is.

/** `2026-11-24` */
export type Day = `${number}-${string}-${string}`;
/** `2026-11-24T02:30:00+00:00` */
export type Moment = `${Day}T${string}`;
/** `08:00:00` */
export type TimeOfDay = `${string}:${string}`;
export type WebAddress = `http://${string}` | `https://${string}`;
/** `+62215550001` */
export type Phone = `+${number}`;
/** `99.07.01`; without dots it could be another office's code. */
export type Region = `${number}.${string}`;
/** As the hub answers it: `99.07-010.999-002.0001-0` */
export type TaxObjectNumber = `${string}.${string}-${string}.${string}-${string}.${string}-${string}`;
