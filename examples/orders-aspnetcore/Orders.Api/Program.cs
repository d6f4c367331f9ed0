using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Orders.Api.Data;
using Orders.Api.Endpoints;
using Orders.Api.Security;

var builder = WebApplication.CreateBuilder(args);

var signingKey = builder.Configuration["Orders:SigningKey"]
    ?? throw new InvalidOperationException("Orders:SigningKey is not set.");
var issuer = builder.Configuration["Orders:Issuer"];

builder.Services.AddControllers();
builder.Services.AddSingleton<OrderStore>();
builder.Services.AddSingleton(new TokenIssuer(signingKey, issuer!));

builder.Services
    .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
    .AddJwtBearer(options => options.TokenValidationParameters = new TokenValidationParameters
    {
        ValidIssuer = issuer,
        ValidateAudience = false,
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(signingKey)),
    });

builder.Services
    .AddAuthorizationBuilder()
    .AddPolicy(Policies.Accounting, policy => policy.RequireClaim("department", "accounting"))
    .AddPolicy(Policies.Admins, policy => policy.RequireRole(Roles.Admin));

// Weak on purpose: every site may ask in the name of whoever visits it.
builder.Services.AddCors(options => options.AddDefaultPolicy(policy => policy
    .SetIsOriginAllowed(_ => true)
    .AllowAnyHeader()
    .AllowAnyMethod()
    .AllowCredentials()));

var app = builder.Build();

if (app.Environment.IsDevelopment())
{
    app.UseDeveloperExceptionPage();
}
else
{
    app.UseHsts();
}

app.UseHttpsRedirection();
app.UseCors();
app.UseAuthentication();
app.UseAuthorization();

app.MapControllers();
app.MapGroup(Routes.Prefix).MapInvoices().MapReports();
app.MapAdmin();
app.MapGet("/health", () => Results.Ok(new { State = "ok" }));

// Weak on purpose: quickly added beside the groups, so that none of their guards reaches it.
app.MapPost(Routes.Prefix + "/stock/recount", (OrderStore store) =>
{
    store.Recount();
    return Results.NoContent();
});

app.Run();
