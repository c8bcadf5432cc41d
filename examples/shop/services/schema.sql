CREATE TABLE item (sku text PRIMARY KEY, name text NOT NULL, price_cents int NOT NULL);
CREATE TABLE product_line (
  product_sku text NOT NULL,
  item_sku text NOT NULL REFERENCES item,
  pieces int NOT NULL,
  PRIMARY KEY (product_sku, item_sku)
);
CREATE TABLE stock (sku text PRIMARY KEY, quantity int NOT NULL CHECK (quantity >= 0));
CREATE TABLE stock_audit (
  id serial PRIMARY KEY,
  sku text NOT NULL,
  change int NOT NULL,
  reason text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE payment (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  amount_cents int NOT NULL,
  currency text NOT NULL
);
CREATE TABLE orders (
  id uuid PRIMARY KEY,
  sku text NOT NULL,
  quantity int NOT NULL,
  total_cents int NOT NULL,
  currency text NOT NULL
);
CREATE TABLE shipment (id uuid PRIMARY KEY, order_id uuid NOT NULL, carrier text NOT NULL);

INSERT INTO item VALUES
  ('COFFEE', 'Coffee, 500 g', 1490),
  ('TEA', 'Tea, 250 g', 1150),
  ('JAM', 'Apricot jam', 690),
  ('HONEY', 'Honey', 980),
  ('CUP', 'Cup', 1250),
  ('POT', 'Pot', 3189);

-- SKU-1 is the breakfast hamper, six lines that come to 99.99; SKU-2 is a cup.
INSERT INTO product_line VALUES
  ('SKU-1', 'COFFEE', 1),
  ('SKU-1', 'TEA', 1),
  ('SKU-1', 'JAM', 1),
  ('SKU-1', 'HONEY', 1),
  ('SKU-1', 'CUP', 2),
  ('SKU-1', 'POT', 1),
  ('SKU-2', 'CUP', 1);

INSERT INTO stock VALUES ('SKU-1', 100000), ('SKU-2', 3);
