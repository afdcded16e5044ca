package io.weathervane.config;

import io.weathervane.block.KillSwitchBlocks;
import io.weathervane.tool.AccessRules;

/**
 * Configuration of the tools that callers are offered, and of the calls that they may make.
 *
 * @param operations which of the server's own tools each way in offers
 * @param killSwitchBlocks which calls the engaged kill switch blocks
 */
public record CallersConfig(OfferedOperations operations, AccessRules access, KillSwitchBlocks killSwitchBlocks) {}
