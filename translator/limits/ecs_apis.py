"""HTTP APIs <-> what API Gateway refuses: two routes of one key, two APIs under one path of a domain."""
from __future__ import annotations

from typing import Iterator

from .ecs_book import Book
from .rules import Hit, Rules


def route_twice(route: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second route of one key in one API."""
    if book.repeated_routes.get(id(route)):
        yield ("RouteKey",), f"Another route of the API has the key {route['RouteKey']}."


def mapping_twice(mapping: dict, book: Book) -> Iterator[Hit]:
    """Refuse a second API under one path of a domain name."""
    if book.repeated_mappings.get(id(mapping)):
        yield ("DomainName",), f"Another API is mapped to the same path of {mapping['DomainName']}."


ROUTES: tuple[Rules, ...] = ({"RouteKey": {"route-twice": route_twice}},)
MAPPINGS: tuple[Rules, ...] = ({"DomainName": {"mapping-twice": mapping_twice}},)
KINDS = {"routes": ROUTES, "apiMappings": MAPPINGS}
