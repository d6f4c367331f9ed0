using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Orders.Api.Data;

public sealed record Person(int Id, string Email, string Name, string Role, byte[] Salt, byte[] Password);

public sealed record Order(int Id, int CustomerId, string Sku, int Amount, string State, string Note);

public sealed record Invoice(int Id, int OrderId, long Cents, string State);

/// <summary>Everything, in memory.</summary>
public sealed class OrderStore
{
    private const int Rounds = 210_000;

    private readonly ConcurrentDictionary<int, Person> _people = new();
    private readonly ConcurrentDictionary<int, Order> _orders = new();
    private readonly ConcurrentDictionary<int, Invoice> _invoices = new();
    private readonly ConcurrentDictionary<string, int> _stock = new();
    private readonly ConcurrentQueue<string> _audit = new();
    private int _last;

    public OrderStore()
    {
        AddPerson("ada@example.com", "Ada", "Customer", "correct-horse");
        AddPerson("grace@example.com", "Grace", "Admin", "battery-staple");
        _stock["paper"] = 500;
        _stock["ink"] = 20;
    }

    public IEnumerable<Person> People => _people.Values.OrderBy(person => person.Id);

    public IEnumerable<Invoice> Invoices => _invoices.Values.OrderBy(invoice => invoice.Id);

    public IEnumerable<string> Audit => _audit;

    public Person AddPerson(string email, string name, string role, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var person = new Person(Next(), email, name, role, salt, Digest(password, salt));
        _people[person.Id] = person;
        return person;
    }

    public Person? Person(int id) => _people.GetValueOrDefault(id);

    public Person? Authenticated(string email, string password)
    {
        var person = _people.Values.FirstOrDefault(each => each.Email == email);
        return person is not null
            && CryptographicOperations.FixedTimeEquals(person.Password, Digest(password, person.Salt))
            ? person
            : null;
    }

    public bool ChangeRole(int id, string role) => Change(_people, id, person => person with { Role = role });

    public bool Rename(int id, string name) => Change(_people, id, person => person with { Name = name });

    public bool RemovePerson(int id) => _people.TryRemove(id, out _);

    public IEnumerable<Order> OrdersOf(int customerId) =>
        _orders.Values.Where(order => order.CustomerId == customerId).OrderBy(order => order.Id);

    public Order? Order(int id) => _orders.GetValueOrDefault(id);

    public Order Place(int customerId, string sku, int amount)
    {
        var order = new Order(Next(), customerId, sku, amount, "placed", "");
        _orders[order.Id] = order;
        return order;
    }

    public bool SetState(int id, string state) => Change(_orders, id, order => order with { State = state });

    public bool Annotate(int id, string note) => Change(_orders, id, order => order with { Note = note });

    public Invoice? Invoice(int id) => _invoices.GetValueOrDefault(id);

    public Invoice Bill(int orderId, long cents)
    {
        var invoice = new Invoice(Next(), orderId, cents, "open");
        _invoices[invoice.Id] = invoice;
        return invoice;
    }

    public bool Settle(int id, string state) => Change(_invoices, id, invoice => invoice with { State = state });

    public int Stock(string sku) => _stock.GetValueOrDefault(sku);

    public void Recount()
    {
        foreach (var sku in _stock.Keys)
        {
            _stock.AddOrUpdate(sku, 0, (_, amount) => Math.Max(amount, 0));
        }
    }

    public void Note(string what) => _audit.Enqueue(what);

    private static byte[] Digest(string password, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Rounds, HashAlgorithmName.SHA256, 32);

    private static bool Change<T>(ConcurrentDictionary<int, T> all, int id, Func<T, T> change)
    {
        if (!all.TryGetValue(id, out var before))
        {
            return false;
        }

        all[id] = change(before);
        return true;
    }

    private int Next() => Interlocked.Increment(ref _last);
}
