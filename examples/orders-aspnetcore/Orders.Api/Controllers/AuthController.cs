using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Orders.Api.Contracts;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Controllers;

/// <summary>The way in.</summary>
public sealed class AuthController(OrderStore store, TokenIssuer tokens) : OrderDeskController(store)
{
    [HttpPost("token")]
    [AllowAnonymous]
    public ActionResult<Token> Token(Credentials credentials)
    {
        var person = Store.Authenticated(credentials.Email, credentials.Password);
        return person is null ? Unauthorized() : new Token(tokens.Issue(person));
    }

    [HttpPost("register")]
    [AllowAnonymous]
    public ActionResult<PersonView> Register(Registration registration) =>
        PersonView.Of(Store.AddPerson(registration.Email, registration.Name, "Customer", registration.Password));

    [HttpGet("session")]
    public ActionResult<PersonView> Session() =>
        Store.Person(CallerId) is { } person ? PersonView.Of(person) : NotFound();
}
