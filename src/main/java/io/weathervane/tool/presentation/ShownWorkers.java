package io.weathervane.tool.presentation;

import io.weathervane.contract.DriftedTool;
import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.contract.enforcement.ContractStatus;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.failure.FailureReport;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A service's workers as they are shown, with how their tools stand to the service's contract.
 *
 * @param contract that which is in force
 */
public record ShownWorkers(WorkerManager workers, ContractInForce contract) {
    /** All of it at one moment, for the text and the data to agree. */
    public record Seen(WorkersView view, Optional<ContractStatus> contract) {
        /** As data. */
        public ObjectNode json() {
            ObjectNode node = WorkerJson.of(view);
            contract.ifPresent(status -> node.set("contract", json(status)));
            return node;
        }

        /** As lines for a person. */
        public String text() {
            return WorkerText.of(view)
                    + contract.map(status -> "\n" + text(status)).orElse("");
        }

        private static String text(ContractStatus status) {
            return status.text()
                    + String.join(
                            "",
                            status.sentences().stream()
                                    .map(line -> "\n  " + line)
                                    .toList());
        }

        private static ObjectNode json(ContractStatus status) {
            ObjectNode node = JsonFields.object()
                    .put("file", status.config().file().toString())
                    .put("onDrift", status.config().onDrift().wireName())
                    .put("state", status.state());
            status.since().ifPresent(at -> node.put("since", JsonFields.time(at)));
            status.problem().ifPresent(why -> node.put("problem", why));
            tools(node, status.drifted(), /* approved= */ false);
            tools(node, status.approved(), /* approved= */ true);
            return node;
        }

        private static void tools(ObjectNode node, List<DriftedTool> tools, boolean approved) {
            tools.forEach(tool -> node.withArray("tools").add(tool.toJson().put("approved", approved)));
        }
    }

    /** The service's name. */
    public String service() {
        return workers.service().value();
    }

    /** All of it as it is now. */
    public Seen look() {
        return new Seen(workers.view(), contract.now().map(ServiceContract::status));
    }

    /** Failures of each release's calls. */
    public FailureReport failures() {
        return workers.failures();
    }
}
