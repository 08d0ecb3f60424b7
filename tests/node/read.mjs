// Reads calendars with ical.js: the text of one a line in, as JSON; what it holds a line out, as JSON.
//
// Every time comes as [wall clock, zone, seconds since 1970]: the last is what ical.js makes of the VTIMEZONE.
import { createInterface } from "node:readline";
import ICAL from "ical.js";

const moment = (time) => (time.isDate ? time.toString() : [time.toString(), time.zone.tzid, time.toUnixTime()]);

function rings(event) {
  const found = [];
  const series = event.iterator();
  for (let next = series.next(); next; next = series.next()) found.push(moment(next));
  return found;
}

function entry(component) {
  const value = (name) => component.getFirstPropertyValue(name);
  const event = component.name === "vevent" ? new ICAL.Event(component) : null;
  const rule = value("rrule");
  return {
    uid: value("uid"),
    sequence: value("sequence"),
    status: value("status"),
    start: moment(event ? event.startDate : value("due")),
    end: event ? moment(event.endDate) : "",
    until: rule ? moment(rule.until) : "",
    turns: rule ? [rule.freq, rule.interval, rule.parts.BYDAY ?? []] : null,
    rings: rule ? rings(event) : [],
    summary: value("summary"),
    description: value("description") ?? "",
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    alarms: component
      .getAllSubcomponents("valarm")
      .map((alarm) => [alarm.getFirstPropertyValue("description"), alarm.getFirstPropertyValue("trigger").toSeconds()]),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(JSON.parse(line)));
  const entries = calendar.getAllSubcomponents().filter((one) => one.name === "vevent" || one.name === "vtodo");
  process.stdout.write(`${JSON.stringify(entries.map(entry))}\n`);
}
