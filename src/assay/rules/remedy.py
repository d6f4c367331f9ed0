"""Knows the line of code that mends a fault, for each web framework."""

from assay.model.endpoint import Endpoint

AUTHENTICATE = {
    "aspnetcore": "Put [Authorize] on the action or its class, or .RequireAuthorization() on the endpoint or its group; "
    "better still, demand it everywhere: options.FallbackPolicy = new AuthorizationPolicyBuilder()"
    ".RequireAuthenticatedUser().Build();",
    "fastapi": "Add the dependency that finds the caller to the route or its router: "
    "APIRouter(dependencies=[Depends(current_user)])",
    "starlette": 'Require a signed-in caller: @requires("authenticated") on the endpoint, with AuthenticationMiddleware installed.',
    "flask": "Put @login_required (or @jwt_required()) below the route decorator, or refuse in "
    "blueprint.before_request for the whole blueprint.",
    "django": "Put @login_required on the view or LoginRequiredMixin first among its bases; "
    'for everything at once: MIDDLEWARE += ["django.contrib.auth.middleware.LoginRequiredMiddleware"]',
    "drf": "Set permission_classes = [IsAuthenticated] on the view, and make it the default: "
    'REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}',
}
STATE = {
    "aspnetcore": "If everybody may come in, say so: [AllowAnonymous] or .AllowAnonymous()",
    "django": "If everybody may come in, say so: @login_not_required",
    "drf": "If everybody may come in, say so on the view: permission_classes = [AllowAny]",
}
STATE_ELSEWHERE = "If everybody may come in, say so in an exemption with reason, owner and end date."
UNMARK = {
    "aspnetcore": "Remove [AllowAnonymous] (or .AllowAnonymous()) and leave [Authorize] to decide.",
    "django": "Remove @login_not_required, so that LoginRequiredMiddleware decides.",
    "drf": "Replace AllowAny: permission_classes = [IsAuthenticated]",
}
UNMARK_ELSEWHERE = "Remove the endpoint from the list of exemptions, so that the guard decides."
STRENGTHEN = {
    "aspnetcore": 'Demand what its neighbours demand: [Authorize(Policy = "...")] on the action, or on the class for all of them.',
    "fastapi": "Demand what its neighbours demand: dependencies=[Depends(...)] on the route, or on the router for all of them.",
    "starlette": 'Demand what its neighbours demand: @requires(["authenticated", "..."])',
    "flask": "Put the decorator of its neighbours below the route decorator.",
    "django": 'Demand what its neighbours demand: @permission_required("app.change_model", raise_exception=True)',
    "drf": "Demand what its neighbours demand: permission_classes on the view, or permission_classes=[...] in @action.",
}
REORDER = {
    "aspnetcore": "Let authentication and authorization run before what they protect: app.UseAuthentication(); "
    "app.UseAuthorization(); and only then map the endpoints.",
    "fastapi": "Let FastAPI call the guard: Depends(current_user) with the function itself, and await what it awaits.",
    "flask": "Put the route decorator on top, and the guard directly below it.",
    "django": "Put the guard directly on the function that the URL names, or LoginRequiredMixin first among the bases.",
    "drf": "Put permission_classes on the view itself; on a function, @permission_classes([...]) below @api_view([...]).",
}
REVIVE = {
    "commented-out": "Put {guard} back: take the comment mark away, or say in an exemption why everybody may come in.",
    "unawaited": "Await it: await {guard}",
    "unread": "Name {guard} where it is read, for a controller of Django Ninja Extra: api_controller(..., permissions=[{guard}])",
    "unverified": "Let {guard} look at the credential: verify its signature or look it up, and refuse one that is not good.",
}
REGROUP = {
    "aspnetcore": 'Map it on the guarded group: api.MapPost("/...", handler), or add .RequireAuthorization() to it.',
    "fastapi": "Put it on the guarded router: @router.post(...), or add dependencies=[Depends(current_user)] to it.",
    "starlette": "Put the route into the guarded Mount.",
    "flask": "Put it on the guarded blueprint: @blueprint.post(...), or put @login_required below its route decorator.",
}
FEW_ROLES = {
    "aspnetcore": "Give the set of roles a name and demand that: "
    'options.AddPolicy("ManageOrders", policy => policy.RequireRole(...)); [Authorize(Policy = "ManageOrders")]',
}
FEW_ROLES_ELSEWHERE = "Give the set of roles one name, such as a permission `orders:manage`, and demand that."
SETTINGS = {
    ("cors", "aspnetcore"): 'Name the origins: policy.WithOrigins("https://app.example")',
    ("cors", "fastapi"): 'Name the origins: app.add_middleware(CORSMiddleware, allow_origins=["https://app.example"])',
    ("cors", "starlette"): 'Name the origins: Middleware(CORSMiddleware, allow_origins=["https://app.example"])',
    ("cors", "flask"): 'Name the origins: CORS(app, origins=["https://app.example"])',
    (
        "cors",
        "django",
    ): 'Name the origins: CORS_ALLOWED_ORIGINS = ["https://app.example"], and remove CORS_ALLOW_ALL_ORIGINS.',
    ("https-redirection", "aspnetcore"): "Redirect to HTTPS: app.UseHttpsRedirection(); app.UseHsts();",
    ("https-redirection", "django"): "Redirect to HTTPS: SECURE_SSL_REDIRECT = True",
    ("https-redirection", "fastapi"): "Redirect to HTTPS: app.add_middleware(HTTPSRedirectMiddleware)",
    ("hsts", "aspnetcore"): "Send Strict-Transport-Security outside development: app.UseHsts();",
    ("hsts", "django"): "Send Strict-Transport-Security: SECURE_HSTS_SECONDS = 31536000",
    ("debug", "django"): 'Switch it off unless asked: DEBUG = os.environ.get("DEBUG") == "1"',
    ("debug", "fastapi"): "Switch it off: FastAPI() without debug=True",
    (
        "debug",
        "flask",
    ): "Switch it off: app.run() without debug=True; `flask --debug run` switches it on for development.",
    ("error-detail", "aspnetcore"): "Show details in development only: if (app.Environment.IsDevelopment()) "
    '{ app.UseDeveloperExceptionPage(); } else { app.UseExceptionHandler("/error"); }',
    ("debug", "aspnetcore"): "Let debug pages stand below if (app.Environment.IsDevelopment()).",
    (
        "cookie-secure",
        "aspnetcore",
    ): "Send the cookie over HTTPS only: options.Cookie.SecurePolicy = CookieSecurePolicy.Always;",
    (
        "cookie-secure",
        "django",
    ): "Send cookies over HTTPS only: SESSION_COOKIE_SECURE = True; CSRF_COOKIE_SECURE = True",
    ("cookie-secure", "flask"): 'Send the cookie over HTTPS only: app.config["SESSION_COOKIE_SECURE"] = True',
    ("allowed-hosts", "django"): 'Name the hosts: ALLOWED_HOSTS = ["api.example"]',
}
SETTINGS_ELSEWHERE = {
    "cors": "Name the origins that may call.",
    "https-redirection": "Redirect to HTTPS, here or in the proxy in front.",
    "hsts": "Send Strict-Transport-Security, here or from the proxy in front.",
    "debug": "Switch debug mode off in production.",
    "error-detail": "Answer errors with a number that the log explains.",
    "cookie-secure": "Mark session cookies Secure.",
    "cookie-httponly": "Mark session cookies HttpOnly.",
    "cookie-samesite": "Mark session cookies SameSite=Lax or Strict, unless another site has to send them.",
    "https-metadata": "Fetch the keys of the identity provider over HTTPS outside development.",
    "antiforgery": "Leave the check against forged requests on for whatever a browser's cookies can reach.",
    "docs": "Serve the documentation to known callers or in development only.",
    "allowed-hosts": "Name the hosts that may be asked for.",
}


def authenticate(endpoint: Endpoint) -> str:
    """How to demand a known caller."""
    return AUTHENTICATE.get(endpoint.framework, "Demand a known caller before the handler runs.")


def state(endpoint: Endpoint) -> str:
    """How to demand a known caller, or else to say that everybody may come in."""
    return f"{authenticate(endpoint)} {STATE.get(endpoint.framework, STATE_ELSEWHERE)}"


def unmark(endpoint: Endpoint) -> str:
    """How to take an anonymous marker away."""
    return UNMARK.get(endpoint.framework, UNMARK_ELSEWHERE)


def strengthen(endpoint: Endpoint) -> str:
    """How to demand what the neighbours demand."""
    return STRENGTHEN.get(endpoint.framework, "Demand what its neighbours demand.")


def reorder(endpoint: Endpoint, guard: str = "", word: str = "") -> str:
    """How to let a guard run that never does."""
    if word in REVIVE:
        return REVIVE[word].format(guard=guard.lstrip("/# "))
    return REORDER.get(endpoint.framework, "Put the guard where it runs before the handler.")


def regroup(endpoint: Endpoint) -> str:
    """How to bring a stray endpoint below the guards of the others."""
    return REGROUP.get(endpoint.framework, authenticate(endpoint))


def name_roles(framework: str) -> str:
    """How to demand one named right instead of many roles."""
    return FEW_ROLES.get(framework, FEW_ROLES_ELSEWHERE)


def setting(name: str, framework: str) -> str:
    """How to mend a setting."""
    return SETTINGS.get((name, framework), SETTINGS_ELSEWHERE.get(name, ""))


TIE = {
    "aspnetcore": "Select by id and caller: context.{entity}s.FirstOrDefaultAsync(x => x.Id == id && x.OwnerId == User.GetUserId()), or "
    "ask await authorizationService.AuthorizeAsync(User, item, Operations.Read) and return Forbid().",
    "fastapi": "Select by id and caller: select({entity}).where({entity}.id == id, {entity}.owner_id == user.id), and answer 404 "
    "otherwise.",
    "flask": "Select by id and caller: {entity}.query.filter_by(id=id, owner_id=current_user.id).first_or_404()",
    "django": "Select within the caller's own: get_object_or_404({entity}, pk=pk, owner=request.user)",
    "drf": "Let get_queryset give only the caller's own: return {entity}.objects.filter(owner=self.request.user)",
}


def tie(endpoint: Endpoint, entity: str) -> str:
    """How to tie an object to the caller."""
    text = TIE.get(endpoint.framework, "Select the object by its id and by the caller in one query.")
    return text.replace("{entity}", entity or "Item")


WITHIN = {
    "aspnetcore": "Select it within its parent: FirstOrDefaultAsync(x => x.Id == id && x.{Parameter} == {parameter})",
    "django": "Select it within its parent: get_object_or_404({entity}, pk=pk, {parameter}={parameter})",
    "drf": "Select it within its parent: get_object_or_404({entity}, pk=pk, {parameter}={parameter})",
}
WITHIN_ELSEWHERE = (
    "Select it within its parent: select({entity}).where({entity}.id == id, {entity}.{parameter} == {parameter})"
)


def within(endpoint: Endpoint, entity: str, parameter: str) -> str:
    """How to select an object within the parent that the path names."""
    text = WITHIN.get(endpoint.framework, WITHIN_ELSEWHERE).replace(
        "{Parameter}", parameter[:1].upper() + parameter[1:]
    )
    return text.replace("{entity}", entity).replace("{parameter}", parameter)


RECORD = {
    "aspnetcore": 'Write who did what to which object: logger.LogInformation("{User} deleted order {Id}", User.Identity?.Name, id); '
    "for every change at once: options.AddInterceptors(new AuditInterceptor()), a SaveChangesInterceptor that adds audit rows.",
    "fastapi": 'Write who did what to which object: logger.info("%s deleted order %s", user.id, order_id); '
    'for every change at once: @event.listens_for(Session, "before_flush").',
    "flask": 'Write who did what to which object: app.logger.info("%s deleted order %s", current_user.id, order_id); '
    'for every change at once: @event.listens_for(db.session, "before_flush").',
    "django": "Register the model, so that every change of it is recorded with who made it: auditlog.register(Order)",
    "drf": "Register the model, so that every change of it is recorded with who made it: auditlog.register(Order)",
}
THROTTLE = {
    "aspnetcore": 'Limit it: [EnableRateLimiting("login")] with app.UseRateLimiter(), and let failures lock the account: '
    "signInManager.PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure: true)",
    "fastapi": "Limit it by address and by account: "
    '@limiter.limit("5/minute") of slowapi, or Depends(RateLimiter(times=5, seconds=60)).',
    "flask": "Limit it by address and by account, below the route decorator: "
    '@limiter.limit("5/minute", methods=["POST"]) of Flask-Limiter.',
    "django": "Install django-axes (app, middleware and backend), or put this on the view: "
    '@ratelimit(key="ip", rate="5/m", block=True)',
    "drf": "Set throttle_classes = [AnonRateThrottle] on the view, with a rate for it in DEFAULT_THROTTLE_RATES.",
}
REPORT = {
    "aspnetcore": "Log both ends, without the secret: "
    'logger.LogWarning("sign-in of {User} failed", name), logger.LogInformation("{User} signed in", name).',
    "django": "Log both ends: receivers of user_logged_in and user_login_failed, or logger.warning and logger.info in the view.",
}
REPORT_ELSEWHERE = 'Log both ends, without the secret: logger.warning("sign-in of %s failed", name), logger.info("%s signed in", name).'


def record(endpoint: Endpoint) -> str:
    """How to leave an audit trail."""
    return RECORD.get(endpoint.framework, "Record who did what to which object, in the same transaction.")


def throttle(endpoint: Endpoint) -> str:
    """How to limit tries."""
    return THROTTLE.get(endpoint.framework, "Limit tries by address and by account.")


def report(endpoint: Endpoint) -> str:
    """How to log an authentication event."""
    return REPORT.get(endpoint.framework, REPORT_ELSEWHERE)
