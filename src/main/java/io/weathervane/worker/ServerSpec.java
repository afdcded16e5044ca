package io.weathervane.worker;

/** Location of a release's server: a program to start, or one that runs elsewhere and is called by its URL. */
public sealed interface ServerSpec permits LaunchSpec, RemoteSpec {}
