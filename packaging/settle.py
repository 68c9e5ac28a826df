"""Takes out of the bill of materials what differs from build to build: settle.py FOLDER."""
import datetime, json, os, pathlib, sys, uuid

path = pathlib.Path(sys.argv[1]) / "sbom.cdx.json"
bill = json.loads(path.read_text(encoding="utf-8"))
root = pathlib.Path(__file__).resolve().parent.parent
moment = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
bill["metadata"]["timestamp"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
# The path of this folder stands in the references to our own crate.
text = json.dumps(bill, ensure_ascii=False, indent=1, sort_keys=True).replace(f"path+file://{root}", "path+file://.")
bill = json.loads(text)
bill.pop("serialNumber", None)
bill["serialNumber"] = "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill, sort_keys=True)))
path.write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
if str(root) in path.read_text(encoding="utf-8"):
    sys.exit("the bill of materials names a path of this machine")
