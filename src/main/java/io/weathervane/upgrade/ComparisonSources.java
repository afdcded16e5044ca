package io.weathervane.upgrade;

import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.shadow.RecentCalls;
import java.util.Optional;

/**
 * Sources that a canary is compared with beside the active worker's tools.
 *
 * @param recentCalls real calls, for the canary to answer too
 * @param contract the service's contract; empty when the configuration has none
 */
public record ComparisonSources(RecentCalls recentCalls, Optional<ServiceContract> contract) {
    /** Why the canary must not be promoted, by the contract; empty when it may. */
    Optional<String> promotionRefusal() {
        return contract.flatMap(ServiceContract::promotionRefusal);
    }
}
