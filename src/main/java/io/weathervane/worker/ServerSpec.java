package io.weathervane.worker;

/** Where the server of a release is: a program to start, or one that runs elsewhere and is called by its URL. */
public sealed interface ServerSpec permits LaunchSpec, RemoteSpec {}
