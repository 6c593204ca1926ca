"""The door: any table or the hub's customers, normalised column by column."""
