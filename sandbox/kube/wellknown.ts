// Labels that several rooms know by name.

/** On an EndpointSlice: the service that it belongs to. */
export const SERVICE_NAME = 'kubernetes.io/service-name';
