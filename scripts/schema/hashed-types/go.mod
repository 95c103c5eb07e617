module hashed-types

go 1.26.0

require (
	k8s.io/api v0.36.3
)
