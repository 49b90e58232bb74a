"""One file per product. Each defines PRODUCT; being here is all the registration there is."""
