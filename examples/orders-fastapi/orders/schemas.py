"""What requests bring and answers give."""

from pydantic import BaseModel, Field


class Credentials(BaseModel):
    email: str
    password: str


class Registration(Credentials):
    name: str = Field(min_length=1, max_length=80)


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"


class Person(BaseModel):
    id: int
    email: str
    name: str
    role: str


class Profile(BaseModel):
    name: str = Field(min_length=1, max_length=80)


class Role(BaseModel):
    role: str = Field(pattern="^(customer|warehouse|accountant|admin)$")


class NewOrder(BaseModel):
    sku: str
    amount: int = Field(gt=0, le=100)


class Note(BaseModel):
    note: str = Field(max_length=500)


class Review(BaseModel):
    stars: int = Field(ge=1, le=5)
    words: str = Field(default="", max_length=1000)


class Order(BaseModel):
    id: int
    customer_id: int
    sku: str
    amount: int
    state: str
    note: str


class Receipt(BaseModel):
    order_id: int
    sku: str
    amount: int
    state: str


class NewInvoice(BaseModel):
    order_id: int
    cents: int = Field(gt=0)


class Invoice(BaseModel):
    id: int
    order_id: int
    cents: int
    state: str


class Announcement(BaseModel):
    words: str = Field(max_length=200)
