-- docs/economics.md, "Rounding" and "The metrics", over the tables line, deal and assumed of one data set.
-- Nothing here recurs, so the months of a contract play no part; nobody gets a fee; days worked are billed.
-- Numbers are multiplied exactly and divided once, last; a metric is rounded once, towards riskier.

CREATE TEMP TABLE amount AS  -- a line, to the cent: what the buyer pays half up, what we pay up
SELECT deal, family, discount,
       round(list_price * quantity, 2) AS list,
       round(list_price * (100 - discount) * quantity * 0.01, 2) AS net,
       ceil(cost * quantity * 100) * 0.01 AS cost
FROM line;

CREATE TEMP TABLE total AS  -- a deal; one line without a price, and nothing is known of the whole
SELECT deal, account, owner, won, day, segment, region, known_account,
       sum(list) AS list,
       CASE WHEN bool_and(net IS NOT NULL) THEN sum(net) END AS net,
       CASE WHEN bool_and(cost IS NOT NULL) THEN sum(cost) END AS cost,
       max(discount) AS deepest
FROM deal JOIN amount USING (deal)
GROUP BY deal, account, owner, won, day, segment, region, known_account;
CREATE INDEX ON total (account, day);
ANALYZE total;

CREATE TEMP TABLE world AS  -- the account's deals won in the twelve months before the day, the day itself not
SELECT this.deal,
       CASE WHEN this.known_account THEN coalesce(sum(past.list), 0) END AS list,
       CASE WHEN this.known_account AND count(past.net) = count(past.deal)
            THEN coalesce(sum(past.net), 0) END AS net
FROM total AS this LEFT JOIN total AS past
  ON past.account = this.account AND past.won
     AND past.day < this.day AND past.day > this.day - interval '1 year'
GROUP BY this.deal, this.known_account;

CREATE TEMP TABLE spent AS  -- interest for the days past the standard ones, to the cent, up
SELECT deal, ceil(net * capital_rate * greatest(payment_days - standard_days, 0) / 365) * 0.01 AS interest
FROM total, assumed;

CREATE TEMP TABLE measured AS
SELECT deal, owner, segment, region, won, CASE WHEN won THEN day END AS signed, known_account,
       CASE WHEN total.net IS NOT NULL THEN total.list END AS list,
       total.net,
       world.list AS won_list, world.net AS won_net,
       CASE WHEN total.list > 0
            THEN ceil((total.list - total.net) * 1000 / total.list) * 0.1 END AS discount,
       CASE WHEN total.net IS NOT NULL THEN ceil(deepest * 10) * 0.1 END AS discount_deepest,
       CASE WHEN total.list + world.list > 0
            THEN ceil((total.list + world.list - total.net - world.net) * 1000
                      / (total.list + world.list)) * 0.1 END AS discount_12m,
       CASE WHEN total.net > 0
            THEN floor((total.net - interest - cost) * 1000 / total.net) * 0.1 END AS margin,
       floor(total.net) AS total_value
FROM total JOIN world USING (deal) JOIN spent USING (deal);

CREATE TEMP TABLE measured_family AS  -- the same discount, over the lines of one family alone
SELECT deal, family,
       CASE WHEN bool_and(net IS NOT NULL) AND sum(list) > 0
            THEN ceil((sum(list) - sum(net)) * 1000 / sum(list)) * 0.1 END AS discount
FROM amount
GROUP BY deal, family;
