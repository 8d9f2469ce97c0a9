-- List price and cost of a product as the OLTP table has them, by the name that Product.csv gives its key.
-- discount := 100 × (1 − net_price × quantity ÷ (list_price × quantity)). Terms: 60 days to pay, standard 30.

CREATE TEMP TABLE assumed AS
SELECT 6.5 AS capital_rate, 60 AS payment_days, 30 AS standard_days;

CREATE TEMP TABLE line AS
SELECT "SalesOrderNumber" AS deal, "EnglishProductCategoryName" AS family,
       "OrderQuantity"::numeric AS quantity,
       round("ListPrice"::numeric, 4) AS list_price,
       CASE WHEN round("ListPrice"::numeric, 4) = 0 AND "UnitPrice"::numeric = 0 THEN 0
            ELSE round(100 - 100 * ("UnitPrice"::numeric * "OrderQuantity"::numeric)::numeric(60, 30)
                             / (round("ListPrice"::numeric, 4) * "OrderQuantity"::numeric), 6)
            END AS discount,
       round(raw_price."StandardCost"::numeric, 4) AS cost
FROM raw_order
     JOIN raw_product USING ("ProductKey")
     JOIN raw_price ON raw_price."Name" = raw_product."Product";

CREATE TEMP TABLE deal AS
SELECT DISTINCT "SalesOrderNumber" AS deal, "ResellerKey" AS account, true AS known_account,
       "EmployeeKey" AS owner,
       CASE "BusinessType" WHEN 'Ware House' THEN 'Warehouse' ELSE "BusinessType" END AS segment,
       "Country_Region" AS region, to_date("OrderDate", 'YYYY-MM-DD') AS day, true AS won
FROM raw_order JOIN raw_reseller USING ("ResellerKey");
