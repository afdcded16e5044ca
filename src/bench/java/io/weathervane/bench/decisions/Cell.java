package io.weathervane.bench.decisions;

/**
 * A scenario with its place in the tables.
 *
 * @param group the table's title; empty where there is none
 */
record Cell(String group, Scenario scenario, Expectation expectation) {}
