using Orders.Api.Contracts;
using Orders.Api.Data;

namespace Orders.Api.Endpoints;

/// <summary>What other systems fetch.</summary>
public static class ReportEndpoints
{
    public static RouteGroupBuilder MapReports(this RouteGroupBuilder api)
    {
        // Weak on purpose: it was meant for the inside of the network.
        api.MapGet("/export/customers", (OrderStore store) => store.People.Select(PersonView.Of));

        api.MapGet("/opening-hours", () => "Monday to Friday, 8 to 18").AllowAnonymous();
        return api;
    }
}
