// What the compiler must refuse. Each line is an error; where one is none any more, this file does not compile.
import { Hub, type HubError } from "./client.js";
import type { Query as PublicQuery } from "./generated/public/graphql.js";
import {
  HospitalDetailDocument,
  PropertyTaxDueDocument,
  RevokeApiKeyDocument,
  VacancySearchDocument,
  VenueDetailDocument,
} from "./generated/whole/graphql.js";

export async function wrong(hub: Hub, error: HubError): Promise<unknown[]> {
  const hospital = (await hub.ask(HospitalDetailDocument, { code: "x" })).data?.hospital;
  const tax = (await hub.ask(PropertyTaxDueDocument, { nop: "x" })).data?.taxObject;
  const venue = (await hub.ask(VenueDetailDocument, { code: "x" })).data?.venue;
  return [
    // @ts-expect-error  a variable of another type
    hub.ask(HospitalDetailDocument, { code: 5 }),
    // @ts-expect-error  a variable that the document does not have
    hub.ask(HospitalDetailDocument, { kode: "x" }),
    // @ts-expect-error  a variable that it cannot do without
    hub.ask(RevokeApiKeyDocument),
    // @ts-expect-error  a value that is not in the enum
    hub.ask(VacancySearchDocument, { education: "S1" }),
    // @ts-expect-error  a region's code without dots
    hub.ask(VacancySearchDocument, { region: "990701" }),
    // @ts-expect-error  rupiah as a text
    hub.ask(VacancySearchDocument, { minSalary: "5000000" }),
    // @ts-expect-error  a day that is none
    hub.ask(VenueDetailDocument, { code: "x", day: "tomorrow" }),
    // @ts-expect-error  a field that the document does not ask for
    hospital?.aliases,
    // @ts-expect-error  what an agency that is down leaves null
    hospital?.beds.capacity,
    // @ts-expect-error  the first of a list that may be empty
    tax?.bills?.nodes[0].amount,
    // @ts-expect-error  an amount is a number
    tax?.arrears?.total.trim(),
    // @ts-expect-error  an hour that is not free has no price
    venue?.day?.prices[8]?.toFixed() satisfies string,
    // @ts-expect-error  only an agency's error names an agency
    error.agency,
    // @ts-expect-error  a code that there is not
    error.code === "AGENCY_DOWN",
    // @ts-expect-error  what everybody's schema does not have
    null satisfies PublicQuery["me"],
  ];
}
