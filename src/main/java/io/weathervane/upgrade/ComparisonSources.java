package io.weathervane.upgrade;

import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.shadow.RecentCalls;
import java.util.Optional;

/**
 * Sources that a canary is compared with beside the active worker's tools.
 *
 * @param recentCalls real calls, for the canary to answer too
 * @param inForce the service's contract
 */
public record ComparisonSources(RecentCalls recentCalls, ContractInForce inForce) {
    /** Empty when the configuration has none. */
    Optional<ServiceContract> contract() {
        return inForce.now();
    }

    /** Why the canary must not be promoted, by the contract; empty when it may. */
    Optional<String> promotionRefusal() {
        return contract().flatMap(ServiceContract::promotionRefusal);
    }
}
