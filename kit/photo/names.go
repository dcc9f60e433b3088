package photo

// VariantNames lists the names of what Process makes, smallest first: squares
// by their side in pixels, and last the whole picture.
func VariantNames() []string { return []string{"64", "128", "256", "512", "1280"} }
