package io.weathervane.rollback;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.PolicyOverrides;

/**
 * How promotions are watched, as the configuration has it.
 *
 * @param preset the thresholds that hold where nothing else says more
 * @param file what the configuration file says of them
 * @param environment what {@code WVO_ROLLBACK_*} variables say of them; they win over the file
 */
public record MonitorConfig(
        MonitorMode mode, MonitorPolicy preset, PolicyOverrides file, PolicyOverrides environment) {}
