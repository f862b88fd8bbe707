"""Room: invoice runs, invoices and what proves them."""
