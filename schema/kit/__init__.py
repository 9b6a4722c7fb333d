"""What every type of the schema is written with: fields, access, paging, scalars, nodes."""
