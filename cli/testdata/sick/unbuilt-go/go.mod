module unbuilt-go
