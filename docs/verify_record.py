#!/usr/bin/env python3
"""Check a decision record that was exported from Deal Desk, with Python alone.

    python3 verify_record.py D-1284.json

It computes every hash again: the texts of the policies, what was asked in each revision, what each decision
was bound to, and the seal of every entry of the ledger, each of which covers the one before. It says what
does not fit and ends with 1, or ends with 0. It cannot know whether entries were cut off at the end: compare
the last seal it prints with a checkpoint kept elsewhere (manage.py verify_ledger).
"""

import hashlib
import json
import sys


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def policies(record):
    for policy in record["policies"]:
        if digest(policy["text"]) != policy["sha256"]:
            yield f"policy v{policy['number']}: its text was changed"


def revisions(record):
    for revision in record["revisions"]:
        name = f"revision {revision['number']}"
        document = json.loads(revision["document"])
        if digest(revision["document"]) != revision["sha256"]:
            yield f"{name}: its document was changed"
        covered = {"schema": document["schema"], **document["terms"]}
        if digest(canonical(covered)) != revision["terms_hash"]:
            yield f"{name}: its terms do not give its hash"


def requests(record):
    hashes = {one["number"]: one["terms_hash"] for one in record["revisions"]}
    for request in record["requests"]:
        if request["terms_hash"] != hashes.get(request["revision"]):
            yield f"request {request['id']}: it names other terms than revision {request['revision']}"


def exceptions(record):
    documents = {one["number"]: json.loads(one["document"]) for one in record["revisions"]}
    for request in (one for one in record["requests"] if "exceptions" in one):
        asked = documents[request["revision"]]["terms"].get("exceptions", [])
        said = [{**one} for one in request["exceptions"]]
        granted = [(one["key"], one["function"], one.pop("granted_by")) for one in said]
        if said != asked:
            yield f"request {request['id']}: its exceptions are not those that its revision asks"
        if {one for one in granted if one[2]} != granted_in(record, request["id"]):
            yield f"request {request['id']}: who granted its exceptions was changed"


def granted_in(record, request):
    """Guardrail, function and decision of what the entries say was granted with this request."""
    bodies = [json.loads(one["body"]) for one in record["events"] if one["kind"] == "exception.granted"]
    return {(one["key"], one["function"], one["decision"]) for one in bodies if one["request"] == request}


def decisions(record):
    steps = {one["id"]: one for one in record["steps"]}
    asked = {one["id"]: one for one in record["requests"]}
    for decision in record["decisions"]:
        request = asked[steps[decision["step"]]["request"]]
        bound = {"schema": 1, "terms": request["terms_hash"], **decision["bound_to"]}
        if digest(canonical(bound)) != decision["seen"]:
            yield f"decision {decision['id']}: it was not made on these terms"


def offers(record):
    for offer in record["offers"]:
        if digest(offer["document"]) != offer["terms_hash"]:
            yield f"offer {offer['number']}: its terms were changed"


def chain(record):
    before = ""
    for place, event in enumerate(record["events"], start=1):
        said = {key: event[key] for key in ("kind", "at", "actor", "acting_for", "body", "previous")}
        said |= {"schema": 1, "stream": record["stream"], "sequence": event["sequence"]}
        if event["sequence"] != place:
            yield f"entry {place}: it is missing"
            return
        if event["previous"] != before:
            yield f"entry {place}: it does not follow the entry before it"
        if digest(canonical(said)) != event["hash"]:
            yield f"entry {place}: it was changed"
        before = event["hash"]


def sealed(record):
    """What the entries say of the rows: each hash in the ledger must be that of the row it names."""
    known = {
        ("decision", key): {one["id"]: one for one in record["decisions"]}
        for key in ("limits", "conditions", "tasks", "reason")
    }
    known |= {("mandate", "limits"): {one["id"]: one for one in record["mandates"]}}
    known |= {("offer", "answer"): {one["id"]: one for one in record["offers"]}}
    kinds = {"decision.made": "decision", "mandate.granted": "mandate", "offer.recorded": "offer"}
    named = {kind: set() for kind in kinds.values()}
    for event in record["events"]:
        body = json.loads(event["body"])
        if event["kind"] == "request.submitted":
            yield from asked(record, body)
        if event["kind"] == "condition.lapsed":
            yield from lowered(record, body)
        kind = kinds.get(event["kind"])
        if kind is None:
            continue
        named[kind].add(body[kind])
        yield from differing(known, kind, body, event)
    for kind, rows in (("decision", "decisions"), ("mandate", "mandates"), ("offer", "offers")):
        for one in record[rows]:
            if one["id"] not in named[kind]:
                yield f"{kind} {one['id']}: no entry tells of it"


def lowered(record, body):
    """The limits of a mandate after a task lapsed, as the entry sealed them."""
    versions = [
        version
        for mandate in record["mandates"]
        if mandate["id"] == body.get("mandate")
        for version in mandate.get("versions", [])
        if version["number"] == body["version"]
    ]
    if "mandate" in body and [digest(one["limits"]) for one in versions] != [body["limits"]]:
        yield f"mandate {body['mandate']}: version {body['version']} of its limits was changed"


def asked(record, body):
    found = [one for one in record["requests"] if one["id"] == body["request"]]
    revision = [one for one in record["revisions"] if one["number"] == body["revision"]]
    if not found or not revision:
        yield f"request {body['request']}: it was taken out"
        return
    if body["terms_hash"] != found[0]["terms_hash"]:
        yield f"request {body['request']}: its terms were changed"
    if body.get("document", revision[0]["sha256"]) != revision[0]["sha256"]:
        yield f"revision {body['revision']}: its document is not the one that was sent"
    judged = digest(found[0]["evaluation_walk_away"])
    if body.get("judged", judged) != judged:
        yield f"request {body['request']}: what the policy said of it was changed"


def differing(known, kind, body, event):
    for (of, key), rows in known.items():
        if of != kind:
            continue
        row = rows.get(body[kind])
        if row is None:
            yield f"{kind} {body[kind]}: it was taken out"
            return
        if digest(row.get(key, "[]")) != body.get(key, digest("[]")):
            yield f"{kind} {body[kind]}: its {key} were changed after entry {event['sequence']}"


def faults(record):
    for check in (policies, revisions, requests, exceptions, decisions, offers, chain, sealed):
        yield from check(record)


def main(path):
    with open(path, encoding="utf-8") as file:
        record = json.load(file)
    if record.get("schema") != 1:
        print("This is no decision record that this script knows.")
        return 2
    found = list(faults(record))
    for fault in found:
        print(f"FAULT  {fault}")
    last = record["events"][-1]["hash"] if record["events"] else "none"
    counts = ", ".join(
        f"{len(record[part])} {part}" for part in ("revisions", "decisions", "offers", "events")
    )
    print(f"{record['deal']}: {counts}; last seal {last}")
    print("Everything fits." if not found else f"{len(found)} faults.")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
