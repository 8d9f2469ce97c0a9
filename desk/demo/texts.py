"""What people of Helio GmbH write and say in the demo."""

# by the product that leads a deal; {n} is a small number
TITLES = {
    "control-platform": (
        "Warehouse control, {n} sites",
        "Warehouse control, wave {n}",
        "Automated picking, hall {n}",
        "Central stock control",
        "Night shift automation",
    ),
    "control-platform-lite": (
        "Order tracking",
        "Stock control, {n} branches",
        "Returns desk",
        "Spare parts store",
        "Goods in, {n} gates",
    ),
    "yard-planner": (
        "Yard planning, {n} depots",
        "Gate and dock booking",
        "Trailer pool",
        "Depot scheduling, wave {n}",
    ),
    "field-service": ("Field service, {n} regions", "Technician dispatch", "Meter rounds", "Service fleet"),
    "analytics": ("Logistics reporting", "Cost per shipment", "Network analysis"),
}
OBJECTIVES = (
    "Be live before the next peak and become their standard.",
    "Win the first site; the others follow its numbers.",
    "Replace the tool they built themselves before its author retires.",
    "Hold the price and give on dates instead.",
    "Three years, one contract, no side letters.",
    "Keep the incumbent out of the second half of the network.",
    "A reference in a sector where we have none.",
    "Grow the account without a tender.",
)
LOST = (
    "Price: a competitor went 18 % below us and we did not follow.",
    "Stayed with their incumbent; the cost of changing was larger than what they save.",
    "No decision: the project was put off to next year's budget.",
    "Their new COO stopped all software projects.",
    "We lack the customs module they need; the competitor has it.",
    "Their lawyers wanted unlimited liability. We walked away.",
    "Bought by their parent company, which has its own system.",
    "Procurement chose the framework supplier; we are not on the list.",
    "Went with two smaller tools instead of one platform.",
    "The champion left; nobody took it over.",
    "Price and payment terms: they wanted 90 days and would not move.",
    "Their works council said no to tracking in the yard.",
)
RELUCTANT = {
    "finance": (
        "Third stretch for this account this year.",
        "The reference is worth it this once. Do not bring it as a precedent.",
        "I would have closed this two points higher.",
        "Quarter end is not a reason. The volume is.",
    ),
    "legal": ("We can live with it; I would not offer it first.", "Only because the term is short."),
    "operations": ("The team is full until the autumn. It will be tight.", "Two people less would do."),
    "executive": ("Strategic, yes. Profitable, barely.",),
}
DECLINED = (
    "Below what we need on this product. A prepaid year would change my mind.",
    "No volume, no reference, no term: there is nothing for this discount.",
    "Come back with the services at list and I can look at the platform.",
    "We gave this account two exceptions in a year. Not a third.",
)
CHANGES = {
    "finance": "Show me the payment terms at 45 days, then we can talk about the discount.",
    "legal": "Which exit do they really need? Month 18 without a reason I cannot take to insurance.",
    "operations": "Twenty days of changes in ten weeks is not a plan. Fewer days or later, please.",
    "executive": "What do we get for it? Bring the expansion into the paper.",
}
NOTES = (
    "As discussed with procurement.",
    "Second round; they compare three suppliers.",
    "Confirmed on the phone the same day.",
    "With the yearly invoice, as they wanted.",
    "",
    "",
)
