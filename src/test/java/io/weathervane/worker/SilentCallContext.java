package io.weathervane.worker;

/** A caller that hears nothing and never gives up; a test overrides what it is about. */
public class SilentCallContext implements WorkerCallContext {}
