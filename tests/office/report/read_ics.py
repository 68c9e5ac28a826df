"""Reads a calendar with the library icalendar; tells of it and its events as JSON."""

import json
import sys

import icalendar

raw = sys.stdin.buffer.read()
lines = raw.split(b"\r\n")
assert lines[-1] == b"", "the last line has no end"
assert not any(b"\n" in line or b"\r" in line for line in lines), "a line has a bare end"
for line in lines:
    line.decode()
    assert len(line) <= 75, line
calendar = icalendar.Calendar.from_ical(raw)
assert not calendar.errors, calendar.errors
events = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    alarms = event.walk("VALARM")
    events.append(
        {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "stamp": event.decoded("DTSTAMP").isoformat(),
            "day": event.decoded("DTSTART").isoformat(),
            "until": event.decoded("DTEND").isoformat(),
            "summary": str(event["SUMMARY"]),
            "description": str(event["DESCRIPTION"]),
            "transparency": str(event["TRANSP"]),
            "alarms": [[str(one["ACTION"]), one.decoded("TRIGGER").total_seconds()] for one in alarms],
        }
    )
head = {key: str(value) for key, value in calendar.items()}
json.dump({"head": head, "components": [one.name for one in calendar.subcomponents], "events": events}, sys.stdout)
