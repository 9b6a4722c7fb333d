"""What every type is written with: fields, access, paging, scalars, nodes."""
