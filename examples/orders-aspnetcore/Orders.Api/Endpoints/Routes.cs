namespace Orders.Api.Endpoints;

/// <summary>Where the minimal APIs live.</summary>
public static class Routes
{
    public const string Prefix = "/api/v1";
}
