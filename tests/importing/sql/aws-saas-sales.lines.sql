-- list_price := net_total ÷ quantity ÷ (1 − discount); cost := (net_total − profit_total) ÷ quantity.
-- Terms: 30 days to pay, as standard.

CREATE TEMP TABLE assumed AS
SELECT 6.5 AS capital_rate, 30 AS payment_days, 30 AS standard_days;

CREATE TEMP TABLE line AS
SELECT "Order ID" AS deal,
       CASE WHEN "Product" IN ('Marketing Suite', 'Marketing Suite - Gold', 'OneView', 'FinanceHub')
            THEN 'Suites'
            WHEN "Product" IN ('ChatBot Plugin', 'SaaS Connector Pack', 'SaaS Connector Pack - Gold')
            THEN 'Connectors'
            WHEN "Product" = 'Support' THEN 'Services'
            ELSE 'Data' END AS family,
       "Quantity"::numeric AS quantity,
       round("Sales"::numeric(60, 30) / ("Quantity"::numeric * (1 - "Discount"::numeric)), 4) AS list_price,
       round("Discount"::numeric * 100, 6) AS discount,
       round(("Sales"::numeric(60, 30) - "Profit"::numeric) / "Quantity"::numeric, 4) AS cost
FROM raw_order;

CREATE TEMP TABLE deal AS
SELECT DISTINCT "Order ID" AS deal, "Customer" AS account, true AS known_account,
       'Maya Okafor' AS owner, "Segment" AS segment, "Region" AS region,
       to_date("Order Date", 'MM/DD/YYYY') AS day, true AS won
FROM raw_order;
