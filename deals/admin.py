from django.contrib import admin

from deals.models import Account, Price, Product, Tier


class PriceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Price
    extra = 0


class TierInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Tier
    extra = 0


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "key", "family", "per", "recurring"]
    list_filter = ["family"]
    search_fields = ["name", "key"]
    inlines = [PriceInline, TierInline]


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "segment", "region"]
    list_filter = ["segment", "region"]
    search_fields = ["name"]
