using System.Security.Claims;

namespace Orders.Api.Security;

public static class CallerExtensions
{
    /// <summary>The id of a caller who is known.</summary>
    public static int Id(this ClaimsPrincipal caller) =>
        int.Parse(caller.FindFirstValue(ClaimTypes.NameIdentifier)!);
}
