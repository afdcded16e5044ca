package io.weathervane.tool.presentation;

import io.weathervane.upgrade.UpgradeManager;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The state of all services in the JSON of the tools: the first service's, and with several each of them under {@code
 * services}.
 *
 * @param byService those there are now, by the services' names, in the order of the configuration; at least one
 */
public record ServiceStates(Supplier<Map<String, State>> byService) {
    /** Parts that show the state of one service. */
    public record State(MonitorSnapshotSource monitor, ShownWorkers workers, UpgradeManager upgrades) {
        private ObjectNode upgrade() {
            return upgrades.status(Optional.empty()).map(UpgradeJson::of).orElseGet(UpgradeJson::none);
        }
    }

    /** As {@code monitor_status} gives it. */
    public ObjectNode monitor(int checks) {
        return all(state -> state.monitor().now().json(checks));
    }

    /** As {@code worker_status} gives it. */
    ObjectNode workers() {
        return all(state -> state.workers().look().json());
    }

    /** As {@code upgrade_status} gives it. */
    ObjectNode upgrade() {
        return all(State::upgrade);
    }

    private ObjectNode all(Function<State, ObjectNode> json) {
        Map<String, State> now = byService.get();
        ObjectNode first = json.apply(now.values().iterator().next());
        if (now.size() > 1) {
            ObjectNode services = JsonFields.object();
            now.forEach((name, state) -> services.set(name, json.apply(state)));
            first.set("services", services);
        }
        return first;
    }
}
