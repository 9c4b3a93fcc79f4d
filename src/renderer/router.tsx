import { createHashHistory, createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { DetailsDrawer } from './components/details/DetailsDrawer.tsx';
import { type DetailsTab, isDetailsTab } from './components/details/tabs.ts';
import { AppLayout } from './layout/AppLayout.tsx';
import { ClusterLayout } from './layout/ClusterLayout.tsx';
import { NotFound, PageError } from './layout/PageError.tsx';
import { ClustersPage } from './pages/clusters/ClustersPage.tsx';
import { KindPage } from './pages/KindPage.tsx';
import { OverviewPage } from './pages/overview/OverviewPage.tsx';

const rootRoute = createRootRoute({ component: AppLayout, notFoundComponent: NotFound });
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/clusters' });
  },
});
const clustersRoute = createRoute({ getParentRoute: () => rootRoute, path: '/clusters', component: ClustersPage });
const clusterRoute = createRoute({ getParentRoute: () => rootRoute, path: '/c/$cluster', component: ClusterLayout });
const overviewRoute = createRoute({ getParentRoute: () => clusterRoute, path: '/', component: OverviewPage });
/** A list of one kind; its child is the details drawer, so that an open object has an address of its own. */
const kindRoute = createRoute({ getParentRoute: () => clusterRoute, path: '/$kind', component: KindPage });
const objectRoute = createRoute({
  getParentRoute: () => kindRoute,
  path: '/$namespace/$name',
  component: DetailsDrawer,
  validateSearch: (search): { tab?: DetailsTab } => (isDetailsTab(search.tab) ? { tab: search.tab } : {}),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  clustersRoute,
  clusterRoute.addChildren([overviewRoute, kindRoute.addChildren([objectRoute])]),
]);

export const router = createRouter({
  routeTree,
  // The page is a file in Electron: there is no server to answer other paths.
  history: createHashHistory(),
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
