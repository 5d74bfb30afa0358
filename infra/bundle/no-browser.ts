// Replaces bowser in the bundle: the SDK uses it in browsers only.
export {};
