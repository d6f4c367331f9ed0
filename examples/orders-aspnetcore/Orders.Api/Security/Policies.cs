namespace Orders.Api.Security;

/// <summary>Names of the policies that <c>Program.cs</c> declares.</summary>
public static class Policies
{
    public const string Accounting = "Accounting";
    public const string Admins = "Admins";
}

/// <summary>Names of the roles that tokens carry.</summary>
public static class Roles
{
    public const string Admin = "Admin";
    public const string Warehouse = "Warehouse";
}
