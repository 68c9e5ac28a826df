"""Validates JSON documents, one a line on standard input, against a schema: validate.py [--refused] SCHEMA [DEFINITION].

With --refused each of them must be refused. Says what is wrong and exits with 1 if anything is."""

import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit("python3 has no jsonschema: run the tests by ./tests/run, which installs it into target/python")


def validator(path, definition):
    """The validator of a schema file, or of one of its definitions."""
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    if definition:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{definition}"}
    return Draft202012Validator(schema)


def main(arguments):
    """What is wrong, a line each."""
    refused = "--refused" in arguments
    path, definition = ([a for a in arguments if a != "--refused"] + [None])[:2]
    judge = validator(path, definition)
    documents = [json.loads(line) for line in sys.stdin.buffer]
    wrong = []
    for number, document in enumerate(documents, 1):
        errors = [f"{number}: {error.json_path}: {error.message[:200]}" for error in judge.iter_errors(document)]
        if refused:
            wrong += [] if errors else [f"{number}: not refused: {json.dumps(document, ensure_ascii=False)[:200]}"]
        else:
            wrong += errors
    print(len(documents))
    return "\n".join(wrong)


sys.exit(main(sys.argv[1:]) or 0)
