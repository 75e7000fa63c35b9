/** Source of the program that runs Python. */

/**
 * The program that runs the Python of a code node, as text, so that it needs no file after bundling. Code and inputs
 * arrive as JSON; the result leaves as JSON on the real stdout, which the code cannot access.
 */
export const pythonProgram = String.raw`
import ast, io, json, os, sys, traceback

MOST_PRINTED = 1_000_000
KINDS = {"int": int, "float": (int, float), "str": str, "bool": bool, "list": list, "dict": dict}
NAMES = {int: "int", float: "float", str: "str", bool: "bool", list: "list", dict: "dict", type(None): "None"}

class Failure(Exception):
    pass

def annotations(tree):
    """The types that the code declares its inputs to have, as in data: list."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name):
            kind = node.annotation
            if isinstance(kind, ast.Subscript):
                kind = kind.value
            if isinstance(kind, ast.Name):
                yield node.target.id, kind.id

def fit(name, value, kind):
    wanted = KINDS.get(kind)
    if isinstance(value, str) and kind in ("list", "dict"):
        try:
            value = json.loads(value)
        except ValueError:
            pass
    if wanted and (not isinstance(value, wanted) or (isinstance(value, bool) and kind in ("int", "float"))):
        raise Failure("the input '%s' is to be %s and is %s." % (name, kind, NAMES.get(type(value), type(value).__name__)))
    return value

def plain(value):
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise Failure("the result holds a %s, which is no JSON data." % type(value).__name__)

def run(code, inputs):
    for name in inputs:
        if not name.isidentifier():
            raise Failure("the input '%s' cannot be the name of a variable." % name)
    tree = ast.parse(code, "code")
    values = dict(inputs)
    for name, kind in annotations(tree):
        if name in values:
            values[name] = fit(name, values[name], kind)
    scope = {"__name__": "__main__", **values}
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        return {"result": eval(compile(ast.Expression(tree.body[0].value), "code", "eval"), scope)}
    exec(compile(tree, "code", "exec"), scope)
    if "result" not in scope:
        raise Failure("it gives no result. Assign it to a variable named result.")
    following = None if "next" in inputs else scope.get("next")
    if callable(following):
        following = None
    if following is not None and not isinstance(following, str):
        raise Failure("next is %r. Assign it the name of an action, as text." % (following,))
    return {"result": scope["result"], **({} if following is None else {"next": following})}

def line_of(error):
    if isinstance(error, SyntaxError) and error.filename == "code":
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "code"]
    return lines[-1] if lines else None

job = json.load(sys.stdin)
out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
printed, complained = io.StringIO(), io.StringIO()
sys.stdout, sys.stderr = printed, complained
try:
    outcome = json.dumps(run(job["code"], job["inputs"]), default=plain, allow_nan=False)
except BaseException as error:
    if isinstance(error, Failure):
        said = str(error)
    elif isinstance(error, SystemExit):
        said = "it called exit."
    elif isinstance(error, SyntaxError):
        said = "%s: %s" % (type(error).__name__, error.msg)
    else:
        said = "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__
    line = line_of(error)
    outcome = json.dumps({"error": said, **({} if line is None else {"line": line})})
streams = {"stdout": printed.getvalue()[:MOST_PRINTED], "stderr": complained.getvalue()[:MOST_PRINTED]}
out.write(json.dumps({**streams, **json.loads(outcome)}))
out.close()
`;
