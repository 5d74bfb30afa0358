// Stands in the bundle for bowser, which the SDK would load in a browser only, to say in its user agent which one it is.
export {};
