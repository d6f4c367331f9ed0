"""Knows how request data is kept from doing harm at each kind of place, by framework."""

from assay.model.endpoint import Endpoint

PYTHON = {
    "sql": 'Hand it over as a parameter: cursor.execute("... WHERE name = %s", (name,)); with SQLAlchemy '
    'text("... = :name") and {"name": name}. '
    "Names of columns come from a list of allowed ones.",
    "nosql": 'Name the fields and make texts of their values: collection.find_one({"name": str(name)})',
    "command": 'Run the program without a shell, with a list: subprocess.run(["ping", "-c", "1", host], check=True),'
    " and allow only known values.",
    "code": "Look the wanted function up in a dictionary of allowed ones; for literals use ast.literal_eval.",
    "template": 'Render a fixed template and hand the data over as a variable: render_template("page.html", name=name)',
    "path": "Take the bare name and join it safely: secure_filename(name) with send_from_directory or safe_join; "
    "or resolve the path and refuse what is not "
    "is_relative_to(folder).",
    "url": "Keep the host fixed, or compare it with a list of allowed hosts before asking; refuse private addresses.",
    "redirect": "Send only to paths of your own: url_for(...), or refuse targets with a host "
    "(django.utils.http.url_has_allowed_host_and_scheme).",
    "deserialization": "Read plain data: json.loads, yaml.safe_load; never pickle what a caller sends.",
    "xml": "Switch entities off: etree.XMLParser(resolve_entities=False, no_network=True), or use defusedxml.",
    "ldap": "Escape it: ldap.filter.escape_filter_chars(name)",
}
CSHARP = {
    "sql": 'Let it become a parameter: FromSqlInterpolated($"... = {name}"), or Dapper with new { name }. Names '
    "of columns come from a list of allowed ones.",
    "nosql": "Build the filter from named fields: Builders<T>.Filter.Eq(x => x.Name, name)",
    "command": "Use ProcessStartInfo.ArgumentList with a fixed FileName and without a shell, and allow only known values.",
    "code": "Look the wanted function up in a dictionary of allowed ones.",
    "template": "Render a fixed template and hand the data over as its model.",
    "path": "Take the bare name: Path.GetFileName(name); or refuse unless "
    "Path.GetFullPath(path).StartsWith(folder + Path.DirectorySeparatorChar).",
    "url": "Keep the host fixed (HttpClient.BaseAddress), or compare it with a list of allowed hosts before "
    "asking; refuse private addresses.",
    "redirect": "Use LocalRedirect(url), or ask Url.IsLocalUrl(url) first.",
    "deserialization": "Read declared types: System.Text.Json, or TypeNameHandling.None; never a type that the caller names.",
    "xml": "Leave XmlResolver null and DtdProcessing.Prohibit.",
    "ldap": "Escape what is special in filters before it is put into one.",
}


def disarm(endpoint: Endpoint, kind: str) -> str:
    """How to keep request data from doing harm."""
    return (CSHARP if endpoint.framework == "aspnetcore" else PYTHON).get(kind, "Hand data over as data.")
