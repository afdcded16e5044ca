package io.weathervane.app;

import io.weathervane.config.Config;
import java.nio.file.Path;
import java.util.Map;

/**
 * Configuration, variables and log file that this process was started with.
 *
 * @param environment its variables
 * @param messageLog the file that its log goes to
 */
record ProcessContext(Config config, Map<String, String> environment, Path messageLog) {}
