// Package urls is SuperBook's table of contents: every path, the view that
// answers it, and the name that pages and redirects know it by.
package urls

import (
	"github.com/labstack/echo/v4"

	"superbook/kit/auth"
	"superbook/kit/route"
	"superbook/views"
)

// Table lists every page of the site. Static files come from the given view.
func Table(v *views.Views, static echo.HandlerFunc) (*route.Table, error) {
	var (
		anyone  = route.Guards{}
		members = route.Guards{auth.Required}
	)
	return route.New(
		route.Under("", anyone,
			route.GET("/", v.Home, "home"),
			route.GET("/about", v.About, "about"),
			route.POST("/theme", v.Theme, "theme"),
			route.GET("/heroes", v.Heroes, "heroes"),
			route.GET("/live", v.LiveStream, "live"),
			route.GET("/media/:folder/:version/:file", v.Media, "media"),
			route.GET("/static/*", static, "static"),
			route.GET("/healthz", v.Healthz, "healthz"),
			route.GET("/readyz", v.Readyz, "readyz"),
			route.GET("/dev/mail", v.DevMail, "dev.mail"),
		),
		route.Under("/accounts", anyone,
			route.GET("/signup", v.Signup, "signup"),
			route.POST("/signup", v.SignupSave, "signup"),
			route.GET("/login", v.Login, "login"),
			route.POST("/login", v.LoginSave, "login"),
			route.POST("/logout", v.Logout, "logout"),
			route.GET("/password/forgotten", v.PasswordForgotten, "password.forgotten"),
			route.POST("/password/forgotten", v.PasswordForgottenSave, "password.forgotten"),
			route.GET("/password/reset/:token", v.PasswordReset, "password.reset"),
			route.POST("/password/reset/:token", v.PasswordResetSave, "password.reset"),
		),
		route.Under("/accounts", members,
			route.GET("/password/change", v.PasswordChange, "password.change"),
			route.POST("/password/change", v.PasswordChangeSave, "password.change"),
		),
		route.Under("/users", members,
			route.GET("/me", v.Me, "me"),
			route.GET("/me/edit", v.MeEdit, "me.edit"),
			route.POST("/me/edit", v.MeEditSave, "me.edit"),
			route.GET("/me/photos", v.MePhotos, "me.photos"),
			route.POST("/me/photos", v.MePhotosSubmit, "me.photos").Body(views.PhotoBody),
		),
		route.Under("/users", anyone,
			route.GET("/:username", v.User, "user"),
		),
		route.Under("/photos", anyone,
			route.GET("/:id", v.Photo, "photo"),
		),
		route.Under("/photos", members,
			route.POST("/:id/choose", v.PhotoChoose, "photo.choose"),
			route.POST("/:id/alt", v.PhotoDescribe, "photo.alt"),
			route.GET("/:id/delete", v.PhotoDelete, "photo.delete"),
			route.POST("/:id/delete", v.PhotoDeleteSave, "photo.delete"),
		),
	)
}
