//! The GraphQL face: types, resolvers, loaders, error codes.
