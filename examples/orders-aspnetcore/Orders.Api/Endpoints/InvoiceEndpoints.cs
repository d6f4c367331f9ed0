using Orders.Api.Contracts;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Endpoints;

/// <summary>Invoices: accounting's business.</summary>
public static class InvoiceEndpoints
{
    public static RouteGroupBuilder MapInvoices(this RouteGroupBuilder api)
    {
        var invoices = api.MapGroup("/invoices").RequireAuthorization(Policies.Accounting);
        invoices.MapGet("/", (OrderStore store) => store.Invoices);
        invoices.MapPost("/", (NewInvoice invoice, OrderStore store) => store.Bill(invoice.OrderId, invoice.Cents));
        invoices.MapGet("/{id:int}", One);
        invoices.MapPost("/{id:int}/pay", (int id, OrderStore store) => Settled(store.Settle(id, "paid")));

        // Weak on purpose: mapped on the outer group, so that the policy of the inner one does not reach it.
        api.MapDelete("/invoices/{id:int}", (int id, OrderStore store) => Settled(store.Settle(id, "void")));
        return api;
    }

    private static IResult One(int id, OrderStore store) =>
        store.Invoice(id) is { } invoice ? Results.Ok(invoice) : Results.NotFound();

    private static IResult Settled(bool isFound) => isFound ? Results.NoContent() : Results.NotFound();
}
