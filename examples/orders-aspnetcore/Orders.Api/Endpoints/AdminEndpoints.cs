using Orders.Api.Contracts;
using Orders.Api.Data;
using Orders.Api.Security;

namespace Orders.Api.Endpoints;

/// <summary>What only admins do.</summary>
public static class AdminEndpoints
{
    public static IEndpointRouteBuilder MapAdmin(this IEndpointRouteBuilder app)
    {
        var admin = app.MapGroup($"{Routes.Prefix}/admin").RequireAuthorization(Policies.Admins);
        admin.MapGet("/audit", (OrderStore store) => store.Audit);
        admin.MapPost("/announcements", Announce);
        admin.MapGet("/figures", (OrderStore store) => new { Invoices = store.Invoices.Count() });
        return app;
    }

    private static IResult Announce(Announcement announcement, OrderStore store)
    {
        store.Note(announcement.Words);
        return Results.NoContent();
    }
}
