"""The service layer: the only place that speaks to Azure. Azure's packages are imported when first used."""
