using System.ComponentModel.DataAnnotations;

namespace Orders.Api.Contracts;

public sealed record Credentials([Required] string Email, [Required] string Password);

public sealed record Registration([Required] string Email, [Required] string Password, [Required] string Name);

public sealed record Profile([Required, MaxLength(80)] string Name);

public sealed record RoleChange([Required] string Role);

public sealed record NewOrder([Required] string Sku, [Range(1, 100)] int Amount);

public sealed record OrderNote([MaxLength(500)] string Note);

public sealed record NewInvoice(int OrderId, [Range(1, long.MaxValue)] long Cents);

public sealed record Announcement([MaxLength(200)] string Words);

public sealed record Token(string AccessToken);

/// <summary>What others may know of a person.</summary>
public sealed record PersonView(int Id, string Email, string Name, string Role)
{
    public static PersonView Of(Data.Person person) => new(person.Id, person.Email, person.Name, person.Role);
}
